"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "../../_ui/class-names.ts";

const kinds = [
  { href: "/keys", label: "API keys" },
  { href: "/keys/service-tokens", label: "Service tokens" },
  { href: "/keys/vendors", label: "Vendor keys" },
] as const;

/** The pages of keys: those with which programs call us, and those with which we call vendors. */
export const KindsOfKeys = () => {
  const path = usePathname();
  return (
    <nav aria-label="Kinds of keys" className="mb-6">
      <ul className="flex flex-wrap gap-1">
        {kinds.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={path === href ? "page" : undefined}
              className={classNames(
                "block rounded-lg px-3 py-1.5 font-medium transition-colors",
                path === href ? "bg-accent-soft text-accent-strong" : "text-muted hover:bg-raised hover:text-ink",
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};
