// SPDX-License-Identifier: Apache-2.0
// A server in front of the lab, for what real servers do and the lab does not: front.mjs LAB-URL KIND…
// Prints its URL once it listens, and ends with its standard input.
//
//   racing      asks the lab for every request 0 to 3 ms after it came: of two that came together the second may be first
//   early       cleans up 3 ms after it was asked to, and does meanwhile what else it is asked for
//   h2          speaks HTTP/2 over TLS, and nothing else        (needs CERT, a PEM file of certificate and key)
//   https       speaks HTTP/1.1 and HTTP/2 over TLS, offered by ALPN (needs CERT)
//   unix        listens on the Unix socket $SOCKET
//   ipv6        listens on [::1]
//   interim     sends 102 and 103 before each answer
//   created     answers 201 to every POST, and 204 without a body to a reset
//   old         answers as HTTP/1.0 does: no length, and the connection's end
//   guarded     wants the credentials ann:s3cret, and the header X-Key: k3y
//   moved       redirects every request to /v2 on the same server
//   away        redirects every request to $ELSEWHERE
//   proxy       is a proxy: requests have whole URLs, and CONNECT opens a tunnel; says on standard error what was asked for
//   lossy       closes the connection of every $NTH-th deploy without an answer
//   dying       ends at the $NTH-th deploy, and begins again after $DOWN ms
//   slow        takes $SLOW ms for a deploy
import http from 'node:http';
import https from 'node:https';
import http2 from 'node:http2';
import net from 'node:net';
import { readFileSync } from 'node:fs';

const [lab, ...kinds] = process.argv.slice(2);
const is = (kind) => kinds.includes(kind);
const environment = process.env;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const agent = new http.Agent({ keepAlive: true });
let deploys = 0;

function body(stream) {
    return new Promise((resolve, reject) => {
        const parts = [];
        stream.on('data', (part) => parts.push(part));
        stream.on('end', () => resolve(Buffer.concat(parts)));
        stream.on('error', reject);
    });
}

// The lab's answer: { status, text }.
function askLab(method, path, text) {
    return new Promise((resolve, reject) => {
        const url = new URL(path, lab);
        const headers = text.length > 0 ? { 'Content-Type': 'application/json', 'Content-Length': text.length } : {};
        const request = http.request(url, { method, agent, headers }, async (answer) => {
            resolve({ status: answer.statusCode, text: await body(answer) });
        });
        request.on('error', reject);
        request.end(text);
    });
}

// True when the request was answered, or its connection closed, without the lab.
function answerAlone(request, response) {
    if (is('guarded')) {
        const wanted = 'Basic ' + Buffer.from('ann:s3cret').toString('base64');
        if (request.headers.authorization !== wanted || request.headers['x-key'] !== 'k3y') {
            response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="lab"' });
            response.end('{"detail": "who are you?"}');
            return true;
        }
    }
    if (is('moved') && !request.url.startsWith('/v2/')) {
        response.writeHead(308, { Location: '/v2' + request.url });
        response.end('moved');
        return true;
    }
    if (is('away')) {
        response.writeHead(301, { Location: environment.ELSEWHERE + request.url });
        response.end('<html>moved</html>');
        return true;
    }
    if (is('lossy') && request.url.endsWith('/deploy') && ++deploys % Number(environment.NTH) === 0) {
        request.socket.destroy();
        return true;
    }
    if (is('dying') && request.url.endsWith('/deploy') && ++deploys === Number(environment.NTH)) {
        const { port } = server.address();
        server.close();
        server.closeAllConnections();
        setTimeout(() => server.listen(port, '127.0.0.1'), Number(environment.DOWN)).unref();
        return true;
    }
    return false;
}

async function handle(request, response) {
    const text = await body(request);
    if (answerAlone(request, response))
        return;
    if (is('racing'))
        await wait(Math.random() * 3);
    if (is('early') && request.url.endsWith('/cleanup'))
        await wait(3);
    if (is('slow') && request.url.endsWith('/deploy'))
        await wait(Number(environment.SLOW));
    const path = is('proxy') ? new URL(request.url).pathname : request.url.replace(/^\/v2\//, '/');
    if (is('proxy'))
        process.stderr.write(`${request.method} ${request.url}\n`);
    let { status, text: answer } = await askLab(request.method, path, text);
    if (is('interim')) {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    }
    if (is('created') && request.method === 'POST' && status === 200) {
        status = path === '/mbt/reset' || path === '/mbt/seed-init' ? 204 : 201;
        answer = status === 204 ? '' : answer;
    }
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(answer);
}

// HTTP/1.0 by hand: one request a connection.
function handleOld(socket) {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', async (part) => {
        text += part;
        const end = text.indexOf('\r\n\r\n');
        const length = Number((/content-length: (\d+)/i.exec(text) ?? [0, 0])[1]);
        if (end < 0 || text.length < end + 4 + length)
            return;
        const [method, path] = text.split(' ');
        const answer = await askLab(method, path, text.slice(end + 4));
        socket.end(`HTTP/1.0 ${answer.status} X\r\n\r\n${answer.text}`);
    });
}

function tunnel(request, socket) {
    const [host, port] = request.url.split(':');
    process.stderr.write(`CONNECT ${request.url}\n`);
    const there = net.connect(Number(environment.TUNNEL ?? port), host === 'system.example' ? '127.0.0.1' : host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        there.pipe(socket);
        socket.pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
}

function makeServer() {
    const pem = is('h2') || is('https') ? readFileSync(environment.CERT) : null;
    if (is('h2'))
        return http2.createSecureServer({ key: pem, cert: pem }, handle);
    if (is('https'))
        return http2.createSecureServer({ key: pem, cert: pem, allowHTTP1: true }, handle);
    if (is('old'))
        return net.createServer(handleOld);
    const server = http.createServer(handle);
    if (is('proxy'))
        server.on('connect', tunnel);
    return server;
}

const server = makeServer();
const scheme = is('h2') || is('https') ? 'https' : 'http';
function say() {
    console.log(is('unix') ? 'http://localhost'
        : is('ipv6') ? `http://[::1]:${server.address().port}` : `${scheme}://127.0.0.1:${server.address().port}`);
}
server.once('listening', say);
if (is('unix'))
    server.listen(environment.SOCKET);
else
    server.listen(0, is('ipv6') ? '::1' : '127.0.0.1');
process.stdin.on('end', () => process.exit(0)).resume();
