import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { isTheme, themeCookie } from "./_ui/theme.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Topolo Nexus", template: "%s · Topolo Nexus" },
  description: "Calls, cost and budgets of every Topolo app",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f8f7" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0f0f" },
  ],
};

const RootLayout = async ({ children }: { readonly children: ReactNode }) => {
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined}>
      <body className="min-h-dvh font-sans leading-normal antialiased">{children}</body>
    </html>
  );
};

export default RootLayout;
