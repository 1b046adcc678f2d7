// Written by `npm run generate`. Do not edit.

/** SHA-256 of each function's archive, as assets/functions/bundle.ts makes it. */
export const digests = {
  "deployment-logger": "ce54e86773ba036939feceb05e6a15fc657699ad84a812c6cd3642a576f829a8",
} as const;
