// peer.mjs versions | schema | enqueue-one N | enqueue-bulk N | probe N | worker drain|latency
import { createRequire } from 'node:module'
import fs from 'node:fs'
import { payload, record, timed, probe, verb, numArg as n, BULK0 } from '../../lib/benchlib.mjs'

const require = createRequire(process.env.BENCH_HOME + '/node/package.json')
const { PgBoss } = require('pg-boss')
const env = (k, d) => Number(process.env[k] ?? d)
const connectionString = process.env.DATABASE_URL
const BATCH = 1000
const Q = 'noop'

if (verb === 'versions') {
  const v = (m) => JSON.parse(fs.readFileSync(`${process.env.BENCH_HOME}/node/node_modules/${m}/package.json`)).version
  console.log(JSON.stringify({ 'pg-boss': v('pg-boss'), pg: v('pg'), node: process.version }))
} else if (verb === 'worker') {
  const boss = new PgBoss({ connectionString, max: env('POOL', 6), useListenNotify: true })
  boss.on('error', (e) => console.error(e))
  await boss.start()
  await boss.work(Q, {
    batchSize: env('BATCH_SIZE', 1000),
    localConcurrency: env('CONCURRENCY', 2),
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5
  }, async (jobs) => { for (const j of jobs) record(j.data.id) })
  process.on('SIGTERM', async () => { await boss.stop({ graceful: true, timeout: 5000 }); process.exit(0) })
} else {
  const boss = new PgBoss({ connectionString, max: 2, supervise: false, schedule: false, migrate: verb === 'schema' })
  await boss.start()
  if (verb === 'schema') await boss.createQueue(Q, { notify: true, retryLimit: 3, retryBackoff: true })
  else {
    await boss.getQueue(Q)
    if (verb === 'probe') await probe((i) => boss.send(Q, payload(i)), n)
    else if (verb === 'enqueue-one') await timed(async () => { for (let i = 0; i < n; i++) await boss.send(Q, payload(i)) }, n)
    else {
      await timed(async () => {
        for (let s = 0; s < n; s += BATCH) {
          const jobs = []
          for (let i = s; i < Math.min(n, s + BATCH); i++) jobs.push({ data: payload(BULK0 + i) })
          await boss.insert(Q, jobs)
        }
      }, n, { batch: BATCH })
    }
  }
  await boss.stop({ graceful: false })
  process.exit(0)
}
