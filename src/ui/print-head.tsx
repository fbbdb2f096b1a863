/** Head of a printed page: what it is, by number and hash, and where it is read in its present form. */
export function PrintHead({ number, hash, address }: { number: string; hash?: string; address: string }) {
  return (
    <div className="print-only print-head small">
      <div>
        编号 <span className="hash">{number}</span>
      </div>
      {hash && (
        <div>
          校验值 SHA-256 <span className="hash">{hash}</span>
        </div>
      )}
      <div>
        网页地址 <span className="hash">{address}</span>（以网页为准）
      </div>
    </div>
  );
}
