/** Units of ordinary senders that are written at the same time. More would only make each of them slower and the memory larger. */
const UNITS_AT_ONCE = 12;
/** Of one organisation; its own page sends three. Whoever opens a thousand connections waits for itself and for nobody else. */
const UNITS_OF_ONE = 4;
/** A unit that comes so slowly holds up nobody any more: it costs one piece of memory and hardly any work. */
const SLOW_MS = 5_000;
/** So many of those, beside the others. */
const SLOW_AT_ONCE = 96;

export interface Admission {
  /**
   * Runs `work` when there is room: first come, first served, as long as no sender has more than its share. Who waits sends
   * nothing: its connection is not read.
   *
   * @param sender - the organisation.
   */
  run<R>(sender: string, work: () => Promise<R>): Promise<R>;
}

interface Waiting {
  readonly sender: string;
  readonly go: () => void;
}

/** Room for a number of pieces of work at once. A slow line keeps its room and gives its turn to the next. */
export function admission({ atOnce = UNITS_AT_ONCE, ofOne = UNITS_OF_ONE, slowMs = SLOW_MS } = {}): Admission {
  let running = 0;
  let slow = 0;
  const ofSender = new Map<string, number>();
  const waiting: Waiting[] = [];

  const mayRun = (sender: string) => running < atOnce && (ofSender.get(sender) ?? 0) < ofOne;
  function enter(sender: string): void {
    running++;
    ofSender.set(sender, (ofSender.get(sender) ?? 0) + 1);
  }
  /** Room goes from hand to hand, so that nobody who comes later slips in between. */
  function letIn(): void {
    for (let next = nextOf(); next; next = nextOf()) {
      enter(next.sender);
      next.go();
    }
  }
  function nextOf(): Waiting | undefined {
    const i = running < atOnce ? waiting.findIndex(({ sender }) => mayRun(sender)) : -1;
    return i < 0 ? undefined : waiting.splice(i, 1)[0];
  }

  return {
    async run(sender, work) {
      if (waiting.length === 0 && mayRun(sender)) enter(sender);
      else
        await new Promise<void>((go) => {
          waiting.push({ sender, go });
          letIn();
        });
      let isSlow = false;
      const watch = setTimeout(() => {
        if (slow >= SLOW_AT_ONCE) return;
        isSlow = true;
        slow++;
        running--;
        letIn();
      }, slowMs);
      try {
        return await work();
      } finally {
        clearTimeout(watch);
        if (isSlow) slow--;
        else running--;
        const left = ofSender.get(sender)! - 1;
        if (left) ofSender.set(sender, left);
        else ofSender.delete(sender);
        letIn();
      }
    },
  };
}
