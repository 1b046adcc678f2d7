import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const tables = ["/proc/net/tcp", "/proc/net/tcp6"];
const listenState = "0A";

/** Socket inode to port of every TCP socket that listens on this machine, see proc_net(5). Empty where there is no /proc. */
function listeners(): Map<string, number> {
  const found = new Map<string, number>();
  for (const table of tables) {
    for (const row of readOr(table).split("\n").slice(1)) {
      const fields = row.trim().split(/\s+/);
      const inode = fields[9];
      if (fields[3] === listenState && inode) found.set(inode, Number.parseInt(fields[1]?.split(":").at(-1) ?? "", 16));
    }
  }
  return found;
}

const readOr = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

const listOr = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

function socketsOf(pid: string): string[] {
  return listOr(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode ? [inode] : [];
    } catch {
      return [];
    }
  });
}

const pids = (): string[] => listOr("/proc").filter((name) => /^\d+$/.test(name));

function groupOf(pid: string): number {
  const stat = readOr(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

/** The TCP ports on which a process group listens. Linux only; empty elsewhere. */
export function portsOfGroup(group: number): number[] {
  const known = listeners();
  const ports = pids()
    .filter((pid) => groupOf(pid) === group)
    .flatMap(socketsOf)
    .flatMap((inode) => known.get(inode) ?? []);
  return [...new Set(ports)].sort((left, right) => left - right);
}

/** Which process listens on the port, as `name (pid 123)`. Linux only, and only for processes that this user may look into. */
export function holderOfPort(port: number): string | undefined {
  const inodes = new Set([...listeners()].filter(([, at]) => at === port).map(([inode]) => inode));
  const pid = inodes.size === 0 ? undefined : pids().find((one) => socketsOf(one).some((inode) => inodes.has(inode)));
  return pid === undefined ? undefined : `${readOr(`/proc/${pid}/comm`).trim()} (pid ${pid})`;
}
