// Checks that every source file can be parsed, and writes down what was built.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const files = readdirSync("src").sort();
for (const file of files) execFileSync(process.execPath, ["--check", `src/${file}`], { stdio: "inherit" });
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync("build-info.json", `${JSON.stringify({ name, version, files })}\n`);
console.log(`${name} ${version}: ${files.length} files`);
