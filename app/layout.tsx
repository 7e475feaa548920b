import { CSPProvider } from "@base-ui/react/csp-provider";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { readRuntimeConfig } from "./_session/runtime-config.ts";
import { isTheme, themeCookie } from "./_ui/theme.ts";
import "./globals.css";

const title = "Topolo Nexus";
const description = "Calls, costs and budgets of every Topolo app";

/** Pictures of link previews have whole addresses, of the origin under which the page was asked for. */
export const generateMetadata = async (): Promise<Metadata> => {
  const isAuth = (await headers()).get("x-topolo-surface") === "auth";
  const { authUrl, dashboardUrl } = readRuntimeConfig();
  const images = [{ url: "/og.png", width: 1200, height: 630, alt: "Topolo Nexus" }];
  return {
    metadataBase: new URL(isAuth ? authUrl : dashboardUrl),
    title: { default: title, template: `%s · ${title}` },
    description,
    robots: { index: false, follow: false },
    icons: {
      icon: [
        { url: "/favicon.svg", type: "image/svg+xml" },
        { url: "/favicon.ico", sizes: "48x48" },
      ],
      apple: "/apple-touch-icon.png",
    },
    manifest: "/site.webmanifest",
    openGraph: { type: "website", siteName: title, title, description, images },
    twitter: { card: "summary_large_image", title, description, images },
  };
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f8f7" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0f0f" },
  ],
};

/** The page's own nonce, as `proxy.ts` put it into its policy. */
const readNonce = async (): Promise<string | undefined> =>
  /'nonce-([^']+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];

const RootLayout = async ({ children }: { readonly children: ReactNode }) => {
  const theme = (await cookies()).get(themeCookie)?.value;
  const nonce = await readNonce();
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined}>
      <body className="min-h-dvh font-sans leading-normal antialiased">
        <CSPProvider {...(nonce !== undefined && { nonce })}>{children}</CSPProvider>
      </body>
    </html>
  );
};

export default RootLayout;
