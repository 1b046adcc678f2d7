// Written by `npm run generate`. Do not edit.

/** SHA-256 of each function's archive, as assets/functions/bundle.ts makes it. */
export const digests = {
  "deployment-logger": "420b340246ac1d6e7dbf0110d258ae9008b839c901f4f5b1f47cd17640f82459",
  "release": "cd58a55d7d63f1343af365978087f611bd429050da49e79d9b1de5c2f0547357",
  "rotation": "2e69efe216422fcb29c4c6799d50a57aa842dd1b934e780f480317047a832cc8",
} as const;
