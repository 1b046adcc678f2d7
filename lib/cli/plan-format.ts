/** How `sluice plan` can print. */
export const planFormats = ["tree", "table", "json"] as const;
export type PlanFormat = (typeof planFormats)[number];
