/** HAProxy as a child of this process, in front of the port in its first argument. Sends port 0 where it is not installed. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";

/** Linux counts a process's time in these, see proc(5). */
const microsecondsPerTick = 10_000;

const config = (port: number) => `global
  nbthread 1
defaults
  mode http
  option forwardfor
  timeout connect 1s
  timeout client 60s
  timeout server 60s
listen all
  bind 127.0.0.1:${port}
  server app 127.0.0.1:${process.argv[2]} maxconn 128
`;

function cpuOf(pid: number): { user: number; system: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return { user: Number(fields[11]) * microsecondsPerTick, system: Number(fields[12]) * microsecondsPerTick };
}

const free = createServer().listen(0, "127.0.0.1", () => {
  const { port } = free.address() as AddressInfo;
  free.close(() => run(port));
});

function run(port: number): void {
  if (process.platform !== "linux" || spawnSync("haproxy", ["-v"]).status !== 0) return void process.send?.({ port: 0 });
  const folder = mkdtempSync(path.join(os.tmpdir(), "sluice-bench-"));
  writeFileSync(path.join(folder, "haproxy.cfg"), config(port));
  const child = spawn("haproxy", ["-db", "-f", path.join(folder, "haproxy.cfg")], { stdio: "ignore" });
  process.on("message", () => process.send?.({ cpu: cpuOf(child.pid ?? 0) }));
  process.once("disconnect", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
  process.send?.({ port });
}
