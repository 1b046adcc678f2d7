import { program } from "../lib/engines/cdk/program.ts";

process.exitCode = await program();
