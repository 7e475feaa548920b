import manifest from "../../package.json" with { type: "json" };

/** The version of this release, as it tells itself to others. */
export const release: string = manifest.version;
