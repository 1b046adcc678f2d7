import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["lib/**/*.ts"],
      exclude: ["**/*.gen.ts"],
      // Most of lib/actions and the whole data plane run in processes that the tests start. Their statements are those of the files as
      // they are, so the tests must be run by Node too (`npm run coverage` says so): statements of what Vite made of the same file
      // stand elsewhere, and the merge would count both.
      autoAttachSubprocess: true,
      reportOnFailure: true,
      reporter: ["html", "json-summary"],
    },
  },
});
