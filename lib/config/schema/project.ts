import { z } from "zod";

const fix = "write 1 to 32 letters, digits and hyphens, starting with a letter";

/** The project's name: it becomes part of every name that Sluice gives. */
export const project = z
  .string({ error: fix })
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/, fix)
  .describe("Name of the project: 1 to 32 letters, digits and hyphens, starting with a letter.");
