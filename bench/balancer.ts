/** What a request costs in our balancer, against other proxies under the same load, and what weight changes cost its callers. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import type { Row } from "./row.ts";

interface Proxy {
  readonly child: ChildProcess;
  readonly port: number;
}

const concurrency = 64;
const warmUp = 10_000;
const measured = 30_000;
/** Each proxy has its turn this often, so that a busy machine is busy for all. */
const rounds = 3;
const weightChanges = 100;

async function start(name: string, ...ports: readonly number[]): Promise<Proxy> {
  const child = fork(fileURLToPath(new URL(`./proxies/${name}.ts`, import.meta.url)), ports.map(String));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { child, port };
}

/** CPU time so far, in microseconds. */
async function cpu({ child }: Proxy): Promise<number> {
  const answer = once(child, "message");
  child.send({});
  const [{ cpu }] = (await answer) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

const callers = (port: number) => new Pool(`http://127.0.0.1:${port}`, { connections: concurrency, pipelining: 1 });

async function succeeds(pool: Pool): Promise<boolean> {
  try {
    const { statusCode, body } = await pool.request({ path: "/", method: "GET" });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

/** Sends so many requests as fast as the answers come back: a proxy that is busy is measured by its work, not by its waking up. */
async function load(port: number, count: number): Promise<void> {
  const pool = callers(port);
  let sent = 0;
  let failed = 0;
  const caller = async () => {
    while (sent++ < count) if (!(await succeeds(pool))) failed++;
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  await pool.close();
  if (failed > 0) throw new Error(`${failed} of ${count} requests failed: the measurement says nothing`);
}

/** CPU microseconds a request for each proxy, under the same load in turns. */
async function costs(proxies: readonly Proxy[]): Promise<number[]> {
  const spent = proxies.map(() => 0);
  for (const proxy of proxies) await load(proxy.port, warmUp);
  for (let round = 0; round < rounds; round++)
    for (const [at, proxy] of proxies.entries()) {
      const before = await cpu(proxy);
      await load(proxy.port, measured / rounds);
      spent[at] = (spent[at] ?? 0) + (await cpu(proxy)) - before;
    }
  return spent.map((total) => total / measured);
}

function ratio(what: string, ours: number, other: number, most: number): Row {
  const times = ours / other;
  const numbers = `${ours.toFixed(0)} µs against ${other.toFixed(0)} µs`;
  return { what, measured: `${times.toFixed(2)}× (${numbers})`, target: `≤ ${most}×`, ok: times <= most };
}

/** As many requests as go through, while weights change. */
async function shifts(ours: Proxy): Promise<Row> {
  const every = measured / weightChanges;
  const pool = callers(ours.port);
  let sent = 0;
  let failed = 0;
  const caller = async () => {
    while (sent < measured) {
      if (++sent % every === 0) ours.child.send({ give: (sent / every) % 101 });
      if (!(await succeeds(pool))) failed++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  await pool.close();
  return {
    what: `failed requests over ${weightChanges} weight changes at full load`,
    measured: `${failed} of ${sent}`,
    target: "0",
    ok: failed === 0,
  };
}

/** Takes about half a minute. */
export async function balancerBench(): Promise<Row[]> {
  const children: ChildProcess[] = [];
  const run = async (name: string, ...ports: readonly number[]) => {
    const proxy = await start(name, ...ports);
    children.push(proxy.child);
    return proxy;
  };
  try {
    const [blue, green] = [await run("upstream"), await run("upstream")];
    const ours = await run("ours", blue.port, green.port);
    const haproxy = await run("haproxy", blue.port);
    const others = [await run("http-proxy-3", blue.port), ...(haproxy.port > 0 ? [haproxy] : [])];
    const [own = 0, httpProxy = 0, ha] = await costs([ours, ...others]);
    const what = (other: string) => `CPU a request, our balancer against ${other}`;
    return [
      ratio(what("http-proxy-3"), own, httpProxy, 0.5),
      ha === undefined
        ? { what: what("HAProxy"), measured: "not installed", target: "≤ 4.5×", ok: true }
        : ratio(what("HAProxy"), own, ha, 4.5),
      await shifts(ours),
    ];
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
}

if (import.meta.main) console.table(await balancerBench());
