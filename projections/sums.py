"""Sums that must tie, whatever happened: each check is a query for what does not.

A check names ids of what is wrong, at most a few; no row means that it holds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tie:
    """`sql` gives text rows, each naming one thing that does not tie."""

    name: str
    sql: str


TIES = (
    Tie(
        "every adjudicated line splits its charge without rest",
        """SELECT format('claim %s line %s: parts %s of %s', l.claim_id, l.line, p.parts,
                         l.charge_minor)
           FROM claim_lines l, LATERAL (SELECT l.write_off_minor + l.balance_bill_minor
               + l.deductible_minor + l.copay_minor + l.coinsurance_minor + l.over_limit_minor
               + l.not_covered_minor + l.plan_pays_minor AS parts) p
           WHERE l.charge_minor IS NOT NULL AND p.parts IS DISTINCT FROM l.charge_minor""",
    ),
    Tie(
        "the lines of a claim add up to the claim",
        """SELECT format('claim %s: billed %s of %s, plan pays %s of %s', c.number, l.billed,
                         c.billed_minor, l.pays, c.plan_pays_minor)
           FROM claims c JOIN (
               SELECT tenant, claim_id, sum(billed_minor) AS billed, sum(plan_pays_minor) AS pays,
                      sum(allowed_minor) AS allowed, sum(copay_minor) AS copay,
                      sum(deductible_minor) AS deductible, count(*) AS lines
               FROM claim_lines GROUP BY tenant, claim_id) l USING (tenant, claim_id)
           WHERE l.billed <> c.billed_minor OR l.lines <> c.line_count
              OR l.pays IS DISTINCT FROM c.plan_pays_minor
              OR l.allowed IS DISTINCT FROM c.allowed_minor
              OR l.copay IS DISTINCT FROM c.copay_minor
              OR l.deductible IS DISTINCT FROM c.deductible_minor""",
    ),
    Tie(
        "what a claim of our own was paid above what is payable is to be recovered, and no more",
        """SELECT format('claim %s: paid %s, payable %s, billed %s, to recover %s', number,
                         paid_minor, payable_minor, billed_minor, credit_balance_minor)
           FROM claims WHERE NOT taken_over AND payable_minor IS NOT NULL
             AND (payable_minor > billed_minor
                  OR credit_balance_minor <> greatest(paid_minor - payable_minor, 0)
                  OR (stage = 'closed' AND paid_minor + balance_minor < payable_minor))""",
    ),
    Tie(
        "what was paid for a reversed claim is to be recovered, and nothing more is owed for it",
        """SELECT format('claim %s: paid %s, to recover %s, payable %s', number, paid_minor,
                         credit_balance_minor, payable_minor)
           FROM claims WHERE stage = 'reversed'
             AND (credit_balance_minor <> paid_minor OR payable_minor <> 0
                  OR balance_minor <> 0)""",
    ),
    Tie(
        "what was paid above the bill of a claim taken over is its credit balance",
        """SELECT format('claim %s: billed %s, paid %s, credit %s', number, billed_minor,
                         paid_minor, credit_balance_minor)
           FROM claims WHERE taken_over
             AND (credit_balance_minor <> greatest(paid_minor - billed_minor, 0)
                  OR balance_minor <> greatest(billed_minor - paid_minor, 0))""",
    ),
    Tie(
        "the account of a claim taken over adds up to what it was paid",
        """SELECT format('claim %s: account %s, paid %s', c.number, a.paid, c.paid_minor)
           FROM claims c LEFT JOIN (
               SELECT tenant, claim_id, sum(amount_minor) FILTER (WHERE kind = 'payment') AS paid,
                      sum(amount_minor) FILTER (WHERE kind = 'transfer') AS transferred
               FROM claim_account GROUP BY tenant, claim_id) a USING (tenant, claim_id)
           WHERE c.taken_over AND (COALESCE(a.paid, 0) <> c.paid_minor
                                   OR COALESCE(a.transferred, 0) <> c.transferred_minor)""",
    ),
    Tie(
        "what a claim was paid was confirmed by the bank, to the same amount",
        """SELECT format('claim %s: paid %s and got back %s; the last payment is %s', c.number,
                         c.paid_minor, c.recovered_minor, p.stage)
           FROM claims c
           LEFT JOIN payments p ON p.tenant = c.tenant AND p.payment_id = c.payment_id
           LEFT JOIN LATERAL (SELECT sum(q.amount_minor) AS confirmed FROM payments q
               WHERE q.tenant = c.tenant AND q.claim_id = c.claim_id
                 AND q.paid_on IS NOT NULL) s ON true
           WHERE c.payment_id IS NOT NULL
             AND (p.paid_on IS NULL OR p.claim_id <> c.claim_id
                  OR c.paid_minor + c.recovered_minor > s.confirmed)""",
    ),
    Tie(
        "movements add up to the claims",
        """SELECT format('claim %s: movements billed %s, paid %s, reserve %s', c.number, m.billed,
                         m.paid, m.reserve)
           FROM claims c LEFT JOIN (
               SELECT tenant, claim_id,
                      sum(minor) FILTER (WHERE kind = 'claim_billed') AS billed,
                      sum(minor) FILTER (WHERE kind IN ('claim_paid', 'patient_paid')) AS paid,
                      sum(minor) FILTER (WHERE kind = 'claim_reserved') AS reserve
               FROM movements WHERE claim_id IS NOT NULL GROUP BY tenant, claim_id) m
             USING (tenant, claim_id)
           WHERE m.billed IS DISTINCT FROM c.billed_minor
              OR COALESCE(m.paid, 0) <> c.paid_minor
              OR COALESCE(m.reserve, 0) <> CASE WHEN c.taken_over OR c.payable_minor IS NULL
                     THEN 0 ELSE c.payable_minor - c.paid_minor END""",
    ),
    Tie(
        "movements add up to the premium of the policies",
        """SELECT format('policy %s: written %s of %s, received %s of %s', p.number, m.written,
                         p.premium_minor, m.received, p.received_minor)
           FROM policies p LEFT JOIN (
               SELECT tenant, policy_id,
                      sum(minor) FILTER (WHERE kind = 'premium_written') AS written,
                      sum(minor) FILTER (WHERE kind = 'premium_received') AS received
               FROM movements WHERE kind LIKE 'premium%' GROUP BY tenant, policy_id) m
             USING (tenant, policy_id)
           WHERE COALESCE(m.written, 0) <> p.premium_minor
              OR COALESCE(m.received, 0) <> p.received_minor""",
    ),
    Tie(
        "accumulators hold what claims took and did not give back",
        """SELECT format('accumulator %s, %s of %s in %s: %s and %s, entries %s and %s',
                         b.accumulator_id, b.what, b.who, b.year, b.amount_minor, b.count,
                         e.amount, e.count)
           FROM accumulator_balances b FULL JOIN (
               SELECT tenant, accumulator_id, who, year, what, sum(amount_minor) AS amount,
                      sum(count) AS count
               FROM accumulator_entries GROUP BY tenant, accumulator_id, who, year, what) e
             USING (tenant, accumulator_id, who, year, what)
           WHERE b.amount_minor IS DISTINCT FROM e.amount OR b.count IS DISTINCT FROM e.count""",
    ),
    Tie(
        "a claim that was denied, withdrawn or reversed holds no benefit",
        """SELECT format('claim %s holds %s', c.number, sum(e.amount_minor))
           FROM claims c JOIN accumulator_entries e
             ON e.tenant = c.tenant AND e.claim_id = c.claim_id
           WHERE c.stage IN ('denied', 'withdrawn', 'reversed')
           GROUP BY c.number, e.accumulator_id, e.who, e.year, e.what
           HAVING sum(e.amount_minor) <> 0 OR sum(e.count) <> 0""",
    ),
    Tie(
        "provider statements add up to the claims of the provider",
        """SELECT format('provider %s: statement billed %s, claims %s', provider_id, s.billed,
                         c.billed)
           FROM (SELECT tenant, provider_id, currency, sum(billed_minor) AS billed,
                        sum(paid_minor + paid_to_members_minor) AS paid, sum(claim_count) AS claims
                 FROM provider_statement GROUP BY tenant, provider_id, currency) s
           FULL JOIN (SELECT tenant, provider_id, currency, sum(billed_minor) AS billed,
                        sum(paid_minor) AS paid, count(*) AS claims
                 FROM claims GROUP BY tenant, provider_id, currency) c
             USING (tenant, provider_id, currency)
           WHERE s.billed IS DISTINCT FROM c.billed OR s.paid IS DISTINCT FROM c.paid
              OR s.claims IS DISTINCT FROM c.claims""",
    ),
    Tie(
        "the inbox holds exactly the claims that somebody must act on",
        """SELECT format('claim %s: %s at stage %s', COALESCE(c.number, i.number),
                         CASE WHEN i.number IS NULL THEN 'missing' ELSE 'in queue ' || i.queue END,
                         c.stage)
           FROM (SELECT * FROM claims WHERE NOT taken_over
                 AND stage NOT IN ('denied', 'paid', 'closed', 'withdrawn', 'reversed')) c
           FULL JOIN claim_inbox i USING (tenant, claim_id)
           WHERE c.number IS NULL OR i.number IS NULL OR c.stage <> i.stage""",
    ),
)
