/** What package.json says, which the built package does not have where it is run from. */
export const VERSION = "0.1.0";
