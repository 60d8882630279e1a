// Runs the suite once against one cache, and writes what came of each test. What that means is said
// elsewhere (tests/src/http_cache/verdict.rs).
//
// node run.mjs BASE OUT NAME [HEADER VALUE]; the environment's ONLY names a single test, whose messages
// are then shown.
import fs from 'node:fs'
import fetch from 'node-fetch'
import { getResults, runTests } from 'http-cache-tests/client/runner.mjs'
import suites from 'http-cache-tests/tests/index.mjs'

// So many tests at once.
const AT_ONCE = 40
const [base, out, name, header, value] = process.argv.slice(2)
const only = process.env.ONLY

const asked = (url, init = {}) => {
  const headers = [...(init.headers ?? [])]
  if (header) headers.push([header, value])
  return fetch(url, { ...init, headers })
}

const chosen = only
  ? suites.map(suite => ({
      ...suite,
      tests: suite.tests.filter(test => test.id === only).map(test => ({ ...test, dump: true }))
    }))
  : suites
const all = chosen.flatMap(suite => suite.tests)
const outsideBrowsers = all.filter(test => test.browser_only !== true).length

const telling = setInterval(() => {
  console.log(`    ${name}: ${Object.keys(getResults()).length} of ${outsideBrowsers}`)
}, 10_000)
await runTests(chosen, asked, false, base, AT_ONCE)
clearInterval(telling)

const results = getResults()
const told = all.map(test => ({
  id: test.id,
  kind: test.kind ?? 'required',
  rests_on: test.depends_on ?? [],
  // Passed, or the kind of failure and its words; null for what is for browsers only.
  passed: results[test.id] === undefined ? null : results[test.id] === true,
  failure: Array.isArray(results[test.id]) ? results[test.id] : null
}))
fs.writeFileSync(out, JSON.stringify(told))
// Connections kept open by a cache must not keep this program.
process.exit(0)
