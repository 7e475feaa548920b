import Link from "next/link";
import type { ReactNode } from "react";

/** A link in running text, to another page of Auth. */
export const TextLink = ({ href, children }: { readonly href: string; readonly children: ReactNode }) => (
  <Link href={href} className="rounded font-medium text-accent underline-offset-4 hover:underline">
    {children}
  </Link>
);
