import { writeFileSync } from "node:fs";
import path from "node:path";
import { pages } from "./pages.ts";

for (const [file, page] of Object.entries(pages)) {
  writeFileSync(path.join(import.meta.dirname, "..", file), page());
  console.log(file);
}
