/**
 * Guards the PostgreSQL driver against a crash on dropped connections (porsager/postgres 1066, 1154, 1208, 896).
 *
 * When a connection closes, the driver forgets its socket but may still flush buffered writes to it one tick later:
 * an exception that no caller can catch ends the process. The guard rejects the query with CONNECTION_CLOSED instead.
 * It runs after every installation and fails loudly when the driver's text is not the one it knows.
 */
import { readFileSync, writeFileSync } from "node:fs";

const files = ["src", "cjs/src"].map(
  (dir) => new URL(`../../node_modules/postgres/${dir}/connection.js`, import.meta.url),
);
const mark = "/* guarded: socket may be gone */";
const edits = [
  [
    "    const x = socket.write(chunk, fn)\n",
    `    if (socket === null) { ${mark}
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options))
      return false
    }
    const x = socket.write(chunk, fn)\n`,
  ],
  [
    "    incomings = null\n    clearImmediate(nextWriteTimer)\n",
    "    incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
  ],
  // The query for array types belongs to nobody: when its connection is cut, its failure must not end the process.
  ["return fetchArrayTypes()\n", "return fetchArrayTypes().catch(() => {})\n"],
  ["err.stack + query.origin.replace(", "err.stack + String(query.origin || '').replace("],
];

for (const file of files) {
  let text = readFileSync(file, "utf8");
  for (const [from, to] of edits) {
    if (text.includes(to)) continue;
    if (text.split(from).length !== 2)
      throw new Error(`guard-postgres: ${file.pathname} is not the driver version this guard was written for`);
    text = text.replace(from, () => to);
  }
  writeFileSync(file, text);
}
