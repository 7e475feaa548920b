import { registerHooks } from "node:module";

// Loaded before a program: tells, when it is asked, which packages the program has loaded.

const packages = new Set<string>();

registerHooks({
  load: (url, context, next) => {
    const within = url.lastIndexOf("/node_modules/");
    const path = within < 0 ? [] : url.slice(within + "/node_modules/".length).split("/");
    const name = path.slice(0, path[0]?.startsWith("@") ? 2 : 1).join("/");
    if (name !== "") packages.add(name);
    return next(url, context);
  },
});

process.on("message", (message) => {
  if (message === "packages") process.send?.({ packages: [...packages].sort() });
});
