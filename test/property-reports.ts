import * as fc from "fast-check";

// Where reports show messages alone, a property that fails must still say what failed, not only for which example.
fc.configureGlobal({ includeErrorInReport: true });
