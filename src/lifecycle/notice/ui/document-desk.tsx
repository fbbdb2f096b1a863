"use client";

import { useState } from "react";
import { DocumentForm } from "@/lifecycle/tender-document/ui/document-form";
import { LiveCheck, type Typed } from "./live-check";
import { MethodTrial } from "./method-trial";

/** The tender document with the check beside it, and a trial of its method below. */
export function DocumentDesk(
  props: Omit<React.ComponentProps<typeof DocumentForm>, "onTyped"> & { checkHref: string },
) {
  const { checkHref, ...form } = props;
  const [typed, setTyped] = useState<Typed>({ content: form.content });
  return (
    <>
      <div className="beside">
        <DocumentForm {...form} onTyped={setTyped} />
        <LiveCheck lotId={form.lotId} typed={typed} checkHref={checkHref} />
      </div>
      <MethodTrial lotId={form.lotId} typed={typed} />
    </>
  );
}
