/** What a program of the system is given: where programs are, one language for all output, and nothing of ours. */
export const systemEnvironment: NodeJS.ProcessEnv = {
  NODE_ENV: process.env.NODE_ENV,
  // Programs that administer users are not in the PATH of many shells.
  PATH: [process.env["PATH"], "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"].filter(Boolean).join(":"),
  LC_ALL: "C",
  ...(process.env["TZ"] === undefined ? {} : { TZ: process.env["TZ"] }),
};
