#![allow(unsafe_code)]

use std::ffi::CStr;
use std::sync::mpsc::channel;
use std::thread;

use ngtcp2_abi::NGTCP2_ERR_CRYPTO;

use super::*;
use crate::error::ConfigError;
use crate::ffi::configuration::Configuration;

fn fail(configuration: &Configuration<()>, text: &str) {
    let code = configuration.change(|()| Err(ConfigError::Unusable(text.into())));
    assert_eq!(code, NGTCP2_ERR_CRYPTO);
}

// `text` came from `Configuration::error` and is still valid.
fn read(text: *const c_char) -> String {
    // SAFETY: by the contract of this function.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

#[test]
fn a_text_outlives_the_failures_of_other_threads_and_the_object() {
    let client = Configuration::new(Kind::Client, ());
    fail(&client, "the first");
    let held = client.error();
    for _ in 0..100 {
        thread::scope(|scope| {
            scope.spawn(|| {
                fail(&client, "another");
                assert_eq!(read(client.error()), "another");
            });
        });
    }
    assert_eq!(read(held), "the first");
    assert_eq!(client.error(), held);
    drop(client);
    assert_eq!(read(held), "the first");
}

#[test]
fn a_thread_without_failures_is_told_of_the_last_one_there_was() {
    let server = Configuration::new(Kind::Server, ());
    assert_eq!(read(server.error()), "");
    let (told, was_told) = channel();
    let (go_on, may_go_on) = channel();
    thread::scope(|scope| {
        let server = &server;
        fail(server, "early");
        scope.spawn(move || {
            let text = server.error();
            assert_eq!(read(text), "early");
            told.send(()).unwrap();
            may_go_on.recv().unwrap();
            // The main thread has failed once more, which is no reason to take the text away, until this one asks.
            assert_eq!(read(text), "early");
            assert_eq!(read(server.error()), "late");
        });
        was_told.recv().unwrap();
        fail(server, "late");
        go_on.send(()).unwrap();
    });
    assert_eq!(read(server.error()), "late");
}

#[test]
fn one_text_for_each_kind_and_none_of_a_predecessor() {
    let (client, server) = (Configuration::new(Kind::Client, ()), Configuration::new(Kind::Server, ()));
    fail(&client, "of the client");
    fail(&server, "of the \0 server");
    assert_eq!(read(client.error()), "of the client");
    assert_eq!(read(server.error()), "of the   server");
    drop(client);
    assert_eq!(read(Configuration::new(Kind::Client, ()).error()), "");
}
