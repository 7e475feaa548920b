/**
 * The disjoint classes in which vendors meter: tokens first, then other units of AI, then what acts: mails and their
 * recipients, payments, and the money that they move in minor units of its currency.
 */
export const unitClasses = [
  "input",
  "cacheRead",
  "cacheReadAudio",
  "cacheReadImage",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "output",
  "reasoning",
  "inputAudio",
  "outputAudio",
  "inputImage",
  "outputImage",
  "inputVideo",
  "image",
  "megapixel",
  "character",
  "second",
  "videoSecond",
  "videoSecond1080p",
  "videoSecond4k",
  "search",
  "page",
  "request",
  "message",
  "recipient",
  "payment",
  "minorUnit",
] as const;

/** One class of metered unit. */
export type UnitClass = (typeof unitClasses)[number];

/** Metered units by class: non-negative integers; an absent class was not reported, an explicit 0 was. */
export type Units = { readonly [K in UnitClass]?: number };

/**
 * Where a row's numbers come from: `provider` the vendor said so to a present caller, `drained` it said so after the
 * caller had left, `estimated` it never said, `cache` no vendor was called, `none` nothing was metered.
 */
export const usageSources = ["provider", "drained", "estimated", "cache", "none"] as const;
export type UsageSource = (typeof usageSources)[number];

/** Which credential paid, in the order in which they are tried. */
export const credentialTiers = ["byok", "org_override", "platform_default"] as const;
export type CredentialTier = (typeof credentialTiers)[number];
