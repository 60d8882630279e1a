/** What a browser can tell of what is plugged in. It tells little, and we say no more than that. */
export const DEVICES = ['printer', 'camera', 'voice', 'touch', 'disk'] as const;
export type DeviceName = (typeof DEVICES)[number];
export type Verdict = 'good' | 'check' | 'absent' | 'unknown';

type Around = Pick<Window, 'navigator'> & { speechSynthesis?: SpeechSynthesis };

export function devices({ navigator, speechSynthesis }: Around): { name: DeviceName; verdict: Verdict }[] {
  const verdicts: Record<DeviceName, Verdict> = {
    // A browser prints to whatever the machine has; it is not told whether that is on, or has paper.
    printer: 'unknown',
    // Cameras belong to the rooms' own machines; no screen of ours drives one yet.
    camera: 'absent',
    voice: (speechSynthesis?.getVoices().length ?? 0) > 0 ? 'good' : 'absent',
    touch: navigator.maxTouchPoints > 0 ? 'good' : 'check',
    // The edge refuses work when its disk is nearly full; how much is left it does not tell screens.
    disk: 'unknown',
  };
  return DEVICES.map((name) => ({ name, verdict: verdicts[name] }));
}
