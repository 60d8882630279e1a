/** The journal in plain words. */
import type { Exception, ListedCommand } from '$lib/api';
import type { Messages } from '$lib/i18n/messages';

export function kindInWords(t: Messages, kind: string): string {
  return (t.sync.kinds as Record<string, string | undefined>)[kind] ?? t.sync.unknownKind(kind);
}

export function exceptionInWords(t: Messages, exception: Exception, money: (sum: number) => string): string {
  const words = t.sync.exception;
  switch (exception.code) {
    case 'voided_twice':
      return words.voided_twice;
    case 'product_gone':
      return words.product_gone(exception.product);
    case 'price_variance':
      return words.price_variance(exception.product, money(exception.sold_at), money(exception.listed));
    case 'over_cap':
      return words.over_cap[exception.what](
        money(exception.total),
        money(exception.cap),
        money(exception.left),
      );
    case 'grant_revoked':
      return words.grant_revoked;
    case 'remote_cancelled':
      return words.remote_cancelled;
    case 'diverged':
      return words.diverged;
    case 'number_taken':
      return words.number_taken(exception.number);
    case 'not_stored':
      return words.not_stored(exception.why);
    case 'numbers_skipped':
      return words.numbers_skipped(exception.numbers.join(', '));
    case 'reviewed':
      return words.reviewed;
    case 'commands_lost':
      return words.commands_lost(exception.first, exception.last);
    case 'central_set_back':
      return words.central_set_back;
    case 'edge_copied':
      return words.edge_copied;
    case 'digest_differs':
      return words.digest_differs;
    case 'settlement_differs':
      return words.settlement_differs(money(exception.told), money(exception.booked));
  }
}

/** What a command is about: numbers, names and sums, as they were told. */
export function subjectInWords(t: Messages, about: ListedCommand['about'], money: (sum: number) => string) {
  const { ticket, sale, studio, product, people, amount, minutes, day, room, intake, reason } = about;
  const way = about.direction && t.till.line[`paid_${about.direction}`];
  return [
    ticket?.told ?? sale?.receipt_code,
    studio?.name,
    product ?? sale?.products.join(', '),
    people ? t.common.people(people) : null,
    way,
    amount != null ? money(amount) : null,
    minutes != null ? t.common.minutes(minutes) : null,
    room ? t.roomState[room] : null,
    intake ? t.intake.state[intake] : null,
    day,
    reason ? `“${reason}”` : null,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Why a command is not settled; nothing to say where its exceptions do. */
export function causeInWords(t: Messages, cause: ListedCommand['cause']): string {
  switch (cause?.code) {
    case 'line_down':
      return t.sync.cause.line_down(t.link.short[cause.line]);
    case 'barred':
      return cause.standing === 'active' ? '' : t.sync.standing[cause.standing];
    case 'trouble':
      return t.sync.cause.trouble;
    case 'sending':
      return t.sync.cause.sending;
    case 'behind':
      return t.sync.cause.behind(cause.seq);
    case 'unknown_version':
      return t.sync.heldWhy;
    case 'lost':
      return t.sync.cause.lost;
    default:
      return '';
  }
}
