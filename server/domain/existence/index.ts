export { alike, type Likeness } from "./alike.ts";
export type { AskedNames, Directory, DirectoryDeps, Known, LookedUp, Question } from "./directory.ts";
export { requireKnown } from "./require-known.ts";
export { requireSubject } from "./require-subject.ts";
export { requireVendorName, type VendorRegister } from "./require-vendor-name.ts";
export { unknownName } from "./unknown-thing.ts";
