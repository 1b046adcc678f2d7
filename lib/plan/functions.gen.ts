// Written by `npm run generate`. Do not edit.

/** SHA-256 of each function's archive, as assets/functions/bundle.ts makes it. */
export const digests = {
  "deployment-logger": "420b340246ac1d6e7dbf0110d258ae9008b839c901f4f5b1f47cd17640f82459",
  "release": "16089b22652e744cda2ec7d0d1fc8ef0830266b1150476ee58caa3d0d039a044",
  "rotation": "2e69efe216422fcb29c4c6799d50a57aa842dd1b934e780f480317047a832cc8",
} as const;
