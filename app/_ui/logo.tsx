/** The mark: three providers meeting in one point. */
export const Logo = ({ className = "size-7" }: { readonly className?: string }) => (
  <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
    <rect width="32" height="32" rx="8" className="fill-accent" />
    <g className="stroke-accent-ink" strokeWidth="2.2" strokeLinecap="round">
      <path d="M16 16 8 9M16 16l8-7M16 16v9" />
    </g>
    <g className="fill-accent-ink">
      <circle cx="16" cy="16" r="4.2" />
      <circle cx="8" cy="9" r="2.6" />
      <circle cx="24" cy="9" r="2.6" />
      <circle cx="16" cy="25" r="2.6" />
    </g>
  </svg>
);
