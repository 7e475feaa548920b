const doors = ["./server/**/*.{ts,json,sql}", "./packages/*/src/**/*.ts", "./prisma/**/*.{ts,prisma,sql,toml,wasm}"];

/** @type {import("next").NextConfig} */
export default {
  // The gateway names a folder for each build, so that a new build never overwrites what another process serves.
  distDir: process.env.NEXUS_DASHBOARD_BUILD ?? ".next",
  reactStrictMode: true,
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  experimental: { turbopackFileSystemCacheForBuild: false },
  // `npm run check` types the whole repository; a second pass would only make the first start slower.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "app/tsconfig.json" },
  // The doors load the gateway's sources at run time, where the tracer cannot see them.
  outputFileTracingIncludes: {
    "/api/*": doors,
    "/v1/*": doors,
    "/mcp": doors,
    "/docs/*": ["./docs/**/*", "./*.md", "./{client-sdk,packages/*}/README.md"],
  },
  // Pages of the documentation are read and highlighted where they are asked for; none of it belongs into the build.
  serverExternalPackages: ["beautiful-mermaid", "shiki"],
  rewrites: () => [
    { source: "/docs/:path*.md", destination: "/docs/markdown/:path*" },
    { source: "/llms.txt", destination: "/docs/llms.txt" },
    { source: "/llms-full.txt", destination: "/docs/llms-full.txt" },
  ],
  headers: () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "no-referrer" },
        { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
        { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
      ],
    },
    // What a mail says is shown in a frame of ours.
    { source: "/((?!email/[^/]+/shown$).*)", headers: [{ key: "X-Frame-Options", value: "DENY" }] },
  ],
};
