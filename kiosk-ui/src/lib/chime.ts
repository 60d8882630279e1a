/** Two soft notes, made on the spot: nothing to download, nothing to miss offline. */
export class Chime {
  #context: AudioContext | null = null;

  /** Browsers keep a page silent until it was touched, unless the kiosk was started to allow sound. */
  async wake(): Promise<boolean> {
    this.#context ??= new AudioContext();
    // A resume that needs a touch never settles: do not wait for it.
    void this.#context.resume();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.#context.state === 'running';
  }

  play() {
    const context = this.#context;
    if (context?.state !== 'running') return;
    [659.25, 523.25].forEach((pitch, at) => this.#note(context, pitch, context.currentTime + at * 0.45));
  }

  #note(context: AudioContext, pitch: number, from: number) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = 'sine';
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.5, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 1.2);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 1.3);
  }
}
