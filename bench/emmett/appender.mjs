// Appends with Emmett's PostgreSQL event store: `node appender.mjs DSN DATA`.
// Protocol: see bench/appender.py. Callers are concurrent promises.

import { createInterface } from "node:readline";
import { STREAM_DOES_NOT_EXIST } from "@event-driven-io/emmett";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";

const WARM_UP = 500;
const [dsn, data] = process.argv.slice(2);
const event = { type: "FeedbackGiven", data: JSON.parse(data) };
const store = getPostgreSQLEventStore(dsn);
let people = 0;

async function measure(callers, seconds) {
  const start = performance.now() + WARM_UP;
  const end = start + seconds * 1000;
  let appended = 0;

  async function caller() {
    while (performance.now() < end) {
      await store.appendToStream(`skp-${people++}`, [event], {
        expectedStreamVersion: STREAM_DOES_NOT_EXIST,
      });
      const now = performance.now();
      if (start <= now && now < end) appended++;
    }
  }

  await Promise.all(Array.from({ length: callers }, caller));
  return appended / seconds;
}

await store.schema.migrate();
for await (const line of createInterface({ input: process.stdin })) {
  const [callers, seconds] = line.split(" ").map(Number);
  console.log(await measure(callers, seconds));
}
await store.close();
