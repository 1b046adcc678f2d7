import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * Where process ids mean what they mean here: this machine since it started, and on Linux this namespace of pids, as each container has its own.
 * Undefined where it cannot be told. Names of hosts are no such thing: two machines, or two containers, may have the same one.
 *
 * Linux: machine-id(5), boot_id of proc_sys_kernel(5) and pid_namespaces(7); macOS: the boot's own UUID, where no pids are hidden. Hashed,
 * because machine-id(5) asks that it be shown to nobody.
 */
export function pidSpace(platform: NodeJS.Platform = process.platform): string | undefined {
  const parts = partsOf(platform);
  if (!parts || parts.some((part) => part === "")) return undefined;
  return createHash("sha256")
    .update(`sluice ${parts.join(" ")}`)
    .digest("hex")
    .slice(0, 32);
}

function partsOf(platform: NodeJS.Platform): readonly string[] | undefined {
  try {
    if (platform === "linux") {
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      return [boot, readlinkSync("/proc/self/ns/pid"), machineId()];
    }
    if (platform === "darwin") return [execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim()];
    return undefined;
  } catch {
    return undefined;
  }
}

/** Small images of containers have none, and the kernel's boot tells machines apart already. */
function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim() || "none";
  } catch {
    return "none";
  }
}
