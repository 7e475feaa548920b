import type { Metadata } from "next";
import type { ReactNode } from "react";

export const metadata: Metadata = {
  title: { default: "Topolo", template: "%s · Topolo" },
  description: "One account for every Topolo app",
};

const IdentityLayout = ({ children }: { readonly children: ReactNode }) => (
  <>
    <noscript>
      <p className="bg-warn-soft px-4 py-3 text-center text-warn">
        Signing in needs JavaScript. Enable it for this site, then reload the page.
      </p>
    </noscript>
    {children}
  </>
);

export default IdentityLayout;
