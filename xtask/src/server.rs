//! A static file server for `dist/`, for this machine only: no dependency, a thread per connection.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

/// The longest request line or header that is read; browsers stay far below.
const LONGEST_LINE: u64 = 16 * 1024;
/// An idle connection is closed after this time, so that its thread ends.
const IDLE: Duration = Duration::from_secs(30);

/// Answers requests for the files of `folder` for as long as the process lives.
pub(crate) fn serve(listener: &TcpListener, folder: &Path) {
    for connection in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        std::thread::spawn(move || {
            // A browser that goes away mid-answer is no event; there is nobody left to tell.
            let _ = answer_all(&connection, &folder);
        });
    }
}

/// Serves `folder` on a free port from a thread of its own and answers the address.
pub(crate) fn start(folder: PathBuf) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || serve(&listener, &folder));
    Ok(address)
}

fn answer_all(connection: &TcpStream, folder: &Path) -> std::io::Result<()> {
    connection.set_read_timeout(Some(IDLE))?;
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    let mut request = String::new();
    let mut header = String::new();
    loop {
        read_line(&mut reader, &mut request)?;
        if request.is_empty() {
            return Ok(());
        }
        let mut keep = request.trim_end().ends_with("HTTP/1.1");
        loop {
            read_line(&mut reader, &mut header)?;
            if header.trim().is_empty() {
                break;
            }
            keep &= !header.trim().eq_ignore_ascii_case("connection: close");
        }
        let answered = answer(connection, folder, &request)?;
        if !keep || !answered {
            return Ok(());
        }
    }
}

fn read_line(reader: &mut impl BufRead, line: &mut String) -> std::io::Result<()> {
    line.clear();
    reader.by_ref().take(LONGEST_LINE).read_line(line).map(drop)
}

/// Answers whether the connection can go on: a refused request may have a body that nobody reads.
fn answer(mut connection: &TcpStream, folder: &Path, request: &str) -> std::io::Result<bool> {
    let mut words = request.split_whitespace();
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    if method != "GET" && method != "HEAD" {
        return refuse(connection, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    }
    let Some((path, mut file)) =
        resolve(folder, target).and_then(|path| File::open(&path).ok().map(|file| (path, file)))
    else {
        return missing(connection, folder);
    };
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\n\r\n",
        content_type(&path),
        file.metadata()?.len(),
    )?;
    if method == "GET" {
        std::io::copy(&mut file, &mut connection)?;
    }
    Ok(true)
}

/// Static hosts answer an unknown path with the folder's `404.html`; so does this one.
fn missing(mut connection: &TcpStream, folder: &Path) -> std::io::Result<bool> {
    let Ok(page) = std::fs::read(folder.join("404.html")) else { return refuse(connection, "404 Not Found", "") };
    write!(
        connection,
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\n\r\n",
        page.len()
    )?;
    connection.write_all(&page)?;
    Ok(true)
}

fn refuse(mut connection: &TcpStream, status: &str, headers: &str) -> std::io::Result<bool> {
    write!(
        connection,
        "HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{status}\n",
        status.len() + 1,
    )?;
    Ok(false)
}

/// The file that a request target names, or `None` when it is missing or outside of `folder`.
fn resolve(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = percent_decode(path)?;
    // Names only: no `..`, nothing absolute, no drive letters or backslashes.
    if path.contains(['\\', ':', '\0']) || path.split('/').any(|part| part == "..") {
        return None;
    }
    let folder = folder.canonicalize().ok()?;
    let mut file = folder.join(path.trim_start_matches('/'));
    if file.is_dir() {
        file.push("index.html");
    }
    // Resolved at last, because a link inside of the folder may point out of it.
    let file = file.canonicalize().ok()?;
    (file.starts_with(&folder) && file.is_file()).then_some(file)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The response to one request against a folder of its own.
    fn ask(name: &str, request: &str) -> String {
        let folder = std::env::temp_dir().join(format!("keeprate-server-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("public/sub")).unwrap();
        std::fs::write(folder.join("public/index.html"), "the page").unwrap();
        std::fs::write(folder.join("public/sub/a b.wasm"), "module").unwrap();
        std::fs::write(folder.join("secret.txt"), "secret").unwrap();
        let address = start(folder.join("public")).unwrap();
        let host = address.trim_start_matches("http://").trim_end_matches('/');
        let mut connection = TcpStream::connect(host).unwrap();
        write!(connection, "{request}\r\nConnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        response
    }

    #[test]
    fn a_folder_is_its_page() {
        let response = ask("page", "GET /?query HTTP/1.1");
        assert!(response.starts_with("HTTP/1.1 200 OK"));
        assert!(response.contains("Content-Type: text/html; charset=utf-8\r\n"));
        assert!(response.contains("Cache-Control: no-cache\r\n"));
        assert!(response.ends_with("\r\n\r\nthe page"));
    }

    #[test]
    fn a_name_may_be_encoded_and_has_its_type() {
        let response = ask("encoded", "GET /sub/a%20b.wasm HTTP/1.1");
        assert!(response.contains("Content-Type: application/wasm\r\n"));
        assert!(response.ends_with("module"));
    }

    #[test]
    fn head_has_no_body() {
        let response = ask("head", "HEAD / HTTP/1.1");
        assert!(response.contains("Content-Length: 8\r\n"));
        assert!(response.ends_with("\r\n\r\n"));
    }

    #[test]
    fn nothing_outside_of_the_folder_is_served() {
        for target in ["/../secret.txt", "/%2e%2e/secret.txt", "/sub/..%2f../secret.txt", "/..%5csecret.txt"] {
            let response = ask("outside", &format!("GET {target} HTTP/1.1"));
            assert!(response.starts_with("HTTP/1.1 404"), "{target}: {response}");
        }
    }

    #[test]
    fn writing_is_refused() {
        assert!(ask("put", "PUT / HTTP/1.1").starts_with("HTTP/1.1 405"));
    }
}
