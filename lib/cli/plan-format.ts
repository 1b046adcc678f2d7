/** How `sluice plan` can print. */
export const planFormats = ["tree", "table", "json"] as const;

/** One of the ways, as `--format` takes it: `json` is for programs, the others for people. */
export type PlanFormat = (typeof planFormats)[number];
