// peer.mjs versions | schema | enqueue-one N | enqueue-bulk N | probe N | worker drain|latency
import { createRequire } from 'node:module'
import fs from 'node:fs'
import { payload, record, timed, probe, verb, numArg as n, BULK0 } from '../../lib/benchlib.mjs'

const require = createRequire(process.env.BENCH_HOME + '/node/package.json')
const { makeWorkerUtils, run, Logger } = require('graphile-worker')
const env = (k, d) => Number(process.env[k] ?? d)
const connectionString = process.env.DATABASE_URL
const logger = new Logger(() => (level, message) => { if (level === 'error') console.error(message) })
const BATCH = 1000

if (verb === 'worker') {
  await run({
    preset: {
      worker: {
        connectionString,
        concurrentJobs: env('CONCURRENCY', 24),
        maxPoolSize: env('POOL', 10),
        pollInterval: 2000,
        localQueue: { size: env('LOCAL_QUEUE', 2000) },
        completeJobBatchDelay: env('COMPLETE_DELAY', 0),
        failJobBatchDelay: env('COMPLETE_DELAY', 0),
        logger
      }
    },
    taskList: { noop: async (p) => { record(p.id) } }
  })
} else if (verb === 'versions') {
  const v = (m) => JSON.parse(fs.readFileSync(`${process.env.BENCH_HOME}/node/node_modules/${m}/package.json`)).version
  console.log(JSON.stringify({ 'graphile-worker': v('graphile-worker'), pg: v('pg'), node: process.version }))
} else {
  const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: 2 })
  const opts = { maxAttempts: 3 }
  if (verb === 'schema') await utils.migrate()
  else {
    await utils.withPgClient((c) => c.query('select 1'))
    if (verb === 'probe') await probe((i) => utils.addJob('noop', payload(i), opts), n)
    else if (verb === 'enqueue-one') await timed(async () => { for (let i = 0; i < n; i++) await utils.addJob('noop', payload(i), opts) }, n)
    else {
      await timed(async () => {
        for (let s = 0; s < n; s += BATCH) {
          const specs = []
          for (let i = s; i < Math.min(n, s + BATCH); i++) specs.push({ identifier: 'noop', payload: payload(BULK0 + i), maxAttempts: 3 })
          await utils.addJobs(specs)
        }
      }, n, { batch: BATCH })
    }
  }
  await utils.release()
}
