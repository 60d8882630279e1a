// The origin of the suite: its own handlers, below the path the edge is told to obey, and central's
// word that it is well, without which the edge takes it for away.
//
// node origin.mjs PORT
import http from 'node:http'
import handleConfig from 'http-cache-tests/server/handle-config.mjs'
import handleState from 'http-cache-tests/server/handle-state.mjs'
import handleTest from 'http-cache-tests/server/handle-test.mjs'

const BELOW = '/api/ct/'
const handlers = { config: handleConfig, state: handleState, test: handleTest }

const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0]
  if (path === '/healthz') {
    response.setHeader('content-type', 'application/json')
    response.end('{"status":"ok","service":"gerai-central"}')
    return
  }
  const [what, ...rest] = path.startsWith(BELOW) ? path.slice(BELOW.length).split('/') : []
  const handle = handlers[what]
  if (handle) {
    handle(rest, request, response)
  } else {
    response.statusCode = 404
    response.end()
  }
})
// Longer than any cache keeps an idle connection.
server.keepAliveTimeout = 300_000
server.listen(Number(process.argv[2]), '127.0.0.1')
