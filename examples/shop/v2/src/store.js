import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const kept = 1_000;

/**
 * Orders as one file each in a folder that all copies and versions share. Only the newest 1,000 are kept.
 * A file is written beside its place and moved there, so a reader never sees half an order.
 */
export function openStore(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (id) => join(folder, `${id}.json`);
  const newestFirst = async () =>
    (await readdir(folder))
      .filter((name) => /^o-.*\.json$/.test(name))
      .sort()
      .reverse();
  let sinceTidied = 0;

  async function write(order, place) {
    const draft = join(folder, `draft-${order.id}-${randomBytes(4).toString("hex")}`);
    await writeFile(draft, JSON.stringify(order));
    await place(draft, fileOf(order.id));
    await rm(draft, { force: true });
  }

  return {
    async add(order) {
      // Starts with the time, so that names sort by age.
      const id = `o-${Date.now().toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
      const added = { id, ...order };
      await write(added, link);
      sinceTidied += 1;
      if (sinceTidied >= 100) {
        sinceTidied = 0;
        for (const name of (await newestFirst()).slice(kept)) await rm(join(folder, name), { force: true });
      }
      return added;
    },
    async find(id) {
      if (!/^o-[0-9a-z-]{1,40}$/.test(id)) return undefined;
      try {
        return JSON.parse(await readFile(fileOf(id), "utf8"));
      } catch (error) {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async replace(order) {
      await write(order, rename);
      return order;
    },
    async newest(limit) {
      const names = (await newestFirst()).slice(0, limit);
      const orders = await Promise.all(names.map((name) => this.find(name.slice(0, -".json".length))));
      return orders.filter((order) => order !== undefined);
    },
  };
}
