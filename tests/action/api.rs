//! A stand-in for the servers of GitHub on this machine: releases, and the comments of one pull request.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What the servers hold, and what they were asked for.
#[derive(Default)]
pub(crate) struct State {
    /// The comments of the pull request, oldest first, as the API gives them.
    pub(crate) comments: Vec<Value>,
    /// Files that can be downloaded, each with the end of its path.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The status that every change of a comment is answered with, where it is refused.
    pub(crate) refusal: Option<u16>,
    /// Whose personal token is used; none where it is that of a workflow.
    pub(crate) login: Option<String>,
    /// Every request: method, path, and the credentials that came with it.
    pub(crate) requests: Vec<(String, String, Option<String>)>,
}

/// The running server; it ends with the test.
pub(crate) struct Api {
    /// Where it listens, as an address for `GITHUB_API_URL` and `GITHUB_SERVER_URL`.
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

struct Request {
    method: String,
    path: String,
    credentials: Option<String>,
    body: Vec<u8>,
}

impl Api {
    /// Starts a server that holds this.
    pub(crate) fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &mut shared.lock().expect("no request failed"));
            }
        });
        Self { url, state }
    }

    /// Looks at what the server holds now.
    pub(crate) fn holds<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().expect("no request failed"))
    }

    /// The methods of the requests that change comments, in order.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.holds(|state| {
            let methods = state.requests.iter().map(|(method, ..)| method.clone());
            methods.filter(|method| method != "GET").collect()
        })
    }
}

fn serve(mut stream: TcpStream, state: &mut State) {
    let Some(request) = read(&stream) else { return };
    let (status, body) = answer(&request, state);
    state.requests.push((request.method, request.path, request.credentials));
    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (method, rest) = line.split_once(' ')?;
    let (path, _) = rest.split_once(' ')?;
    let (mut credentials, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => credentials = Some(value.to_owned()),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method: method.to_owned(), path: path.to_owned(), credentials, body })
}

fn answer(request: &Request, state: &mut State) -> (u16, Vec<u8>) {
    let said = |status: u16, value: &Value| (status, value.to_string().into_bytes());
    if let Some((_, file)) = state.files.iter().find(|(end, _)| request.path.ends_with(end.as_str())) {
        return (200, file.clone());
    }
    if request.path == "/user" {
        return match &state.login {
            Some(login) => said(200, &json!({ "login": login })),
            None => said(403, &json!({ "message": "Resource not accessible by integration" })),
        };
    }
    let Some((_, rest)) = request.path.split_once("/repos/acme/shop/issues/") else {
        return said(404, &json!({ "message": "Not Found" }));
    };
    if let Some(status) = state.refusal.filter(|_| request.method != "GET") {
        return said(status, &json!({ "message": "Resource not accessible\n::error::by integration" }));
    }
    let text = || serde_json::from_slice::<Value>(&request.body).expect("the body is JSON")["body"].clone();
    match (request.method.as_str(), rest.split_once("?per_page=100&page="), rest.strip_prefix("comments/")) {
        ("GET", Some(("7/comments", page)), _) => {
            let page: usize = page.parse().expect("a page has a number");
            let shown: Vec<_> = state.comments.iter().skip((page - 1) * 100).take(100).collect();
            said(200, &json!(shown))
        }
        ("POST", None, _) if rest == "7/comments" => {
            let id = state.comments.len() + 1000;
            state.comments.push(comment(
                id,
                "github-actions[bot]",
                "Bot",
                text().as_str().unwrap_or_default(),
            ));
            said(201, &json!({ "id": id }))
        }
        ("PATCH", None, Some(id)) => {
            let id: usize = id.parse().expect("a comment has a number");
            let found = state.comments.iter_mut().find(|comment| comment["id"] == json!(id));
            found.expect("the comment is there")["body"] = text();
            said(200, &json!({ "id": id }))
        }
        _ => said(404, &json!({ "message": "Not Found" })),
    }
}

/// A comment as the API gives it.
pub(crate) fn comment(id: usize, login: &str, kind: &str, body: &str) -> Value {
    json!({ "id": id, "user": { "login": login, "type": kind }, "body": body })
}
