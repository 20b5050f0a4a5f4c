// qget: fetches a file from qserver: QUIC in Node.js, through a small addon.
//
// usage: node qget.js ADDON HOST PORT CA_FILE PATH [--stats]    (the file goes to standard output)
'use strict'

const dgram = require('node:dgram')
const dns = require('node:dns/promises')
const path = require('node:path')

// What has arrived, ten times a second on a terminal. The server does not announce sizes, so there is no bar to fill.
class Progress {
  bytes = 0
  begun = performance.now()
  drawn = 0

  add (data) {
    this.bytes += data.length
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.drawn < 100) return
    this.drawn = now
    const rate = this.bytes * 8 / 1e3 / (now - this.begun)
    process.stderr.write(`\r${(this.bytes / 1e6).toFixed(1)} MB, ${rate.toFixed(0)} Mbit/s\x1b[K`)
  }

  clear () {
    if (this.drawn > 0) process.stderr.write('\r\x1b[K')
  }
}

function printStats (info) {
  const rows = {
    'packets sent': info.pkt_sent,
    'packets received': info.pkt_recv,
    'packets lost': info.pkt_lost,
    'bytes received': info.bytes_recv,
    'smoothed RTT': `${(info.smoothed_rtt / 1e6).toFixed(3)} ms`
  }
  for (const [name, value] of Object.entries(rows)) console.error(name.padEnd(18), String(value).padStart(14))
}

async function main () {
  const [addon, host, port, ca, file, stats] = process.argv.slice(2)
  if (file === undefined) throw new Error('usage: node qget.js ADDON HOST PORT CA_FILE PATH [--stats]')
  const { connect } = require(path.resolve(addon))

  const { address, family } = await dns.lookup(host)
  const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
  await new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(Number(port), address, resolve)
  })
  socket.removeAllListeners('error')

  const connection = connect({ host, ca, path: file, local: socket.address(), remote: socket.remoteAddress() })
  const progress = new Progress()
  await new Promise((resolve, reject) => {
    let timer

    // Whatever has happened: write, then set the one timer.
    const goOn = () => {
      clearTimeout(timer)
      if (connection.state() !== 'open') return resolve()
      for (const packet of connection.write()) socket.send(packet)
      const wait = connection.wait()
      if (wait !== Infinity) timer = setTimeout(() => guard(() => connection.expire()), wait)
    }
    const guard = (action) => {
      try {
        action()
        goOn()
      } catch (error) {
        clearTimeout(timer)
        reject(error)
      }
    }
    socket.on('error', reject)
    socket.on('message', (packet) => guard(() => {
      const data = connection.read(packet)
      progress.add(data)
      process.stdout.write(data)
    }))
    guard(() => {})
  }).finally(() => {
    progress.clear()
    if (stats === '--stats') printStats(connection.info())
    const goodbye = connection.close()
    if (goodbye.length > 0) socket.send(goodbye, () => socket.close())
    else socket.close()
  })
  if (connection.state() === 'refused') throw new Error('the server refuses')
}

main().catch((error) => {
  console.error(`qget: ${error.message}`)
  process.exitCode = 1
})
