"use client";

/** Gives data that the page holds as a file. */
export function JsonDownload({ label, name, value }: { label: string; name: string; value: unknown }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: name });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" className="btn" onClick={save}>
      {label}
    </button>
  );
}
