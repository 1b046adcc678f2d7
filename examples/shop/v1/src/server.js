import { readFileSync } from "node:fs";
import { createApp } from "./app.js";
import { openStore } from "./store.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const server = createApp(openStore(process.env.DATA ?? "data"), version);
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? "127.0.0.1", () => {
  console.log(`shop ${version} listens on port ${server.address().port}`);
});

// Finishes what is under way; idle connections are closed by close() itself.
process.once("SIGTERM", () => server.close());
process.once("SIGINT", () => server.close());
