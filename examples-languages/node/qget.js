// qget: fetches a file from qserver: QUIC in Node.js, through a small addon.
//
// usage: node qget.js ADDON HOST PORT CA_FILE PATH    (the file goes to standard output)
'use strict'

const dgram = require('node:dgram')
const dns = require('node:dns/promises')
const path = require('node:path')

async function main () {
  const [addon, host, port, ca, file] = process.argv.slice(2)
  if (file === undefined) throw new Error('usage: node qget.js ADDON HOST PORT CA_FILE PATH')
  const { connect } = require(path.resolve(addon))

  const { address, family } = await dns.lookup(host)
  const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
  await new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(Number(port), address, resolve)
  })
  socket.removeAllListeners('error')

  const connection = connect({ host, ca, path: file, local: socket.address(), remote: socket.remoteAddress() })
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
    socket.on('message', (packet) => guard(() => process.stdout.write(connection.read(packet))))
    guard(() => {})
  }).finally(() => {
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
