export interface Invoice {
  number: string;
  amount: number;
  vatPercent: number;
  paidAt?: Date;
}

interface WireInvoice {
  number: string;
  amount: number;
  vat: number;
  paid_at: string | null;
}

export function fromWire(wire: WireInvoice): Invoice {
  return {
    number: wire.number,
    amount: wire.amount,
    vatPercent: wire.vat,
    paidAt: wire.paid_at === null ? undefined : new Date(wire.paid_at),
  };
}

export function grossCents(invoice: Invoice): number {
  return Math.round((invoice.amount * (100 + invoice.vatPercent)) / 100);
}

export function openCents(invoices: readonly Invoice[]): number {
  return invoices
    .filter((invoice) => invoice.paidAt === undefined)
    .reduce((sum, invoice) => sum + grossCents(invoice), 0);
}
