"use client";

export { ErrorBoundaryPage as default } from "../_ui/error-boundary-page.tsx";
