// Written by `npm run generate`. Do not edit.

/** SHA-256 of each function's archive, as assets/functions/bundle.ts makes it. */
export const digests = {
  "deployment-logger": "420b340246ac1d6e7dbf0110d258ae9008b839c901f4f5b1f47cd17640f82459",
  "release": "004b069396ac66048ea6112dc86e60351b3ee934a50ae508ed3f49d847a1c9f6",
  "rotation": "2e69efe216422fcb29c4c6799d50a57aa842dd1b934e780f480317047a832cc8",
} as const;
