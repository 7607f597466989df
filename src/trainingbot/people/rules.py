"""Who somebody is, and which agency vouches for them."""

from collections.abc import Sequence

from trainingbot.models import Agency


def vouching_agency(
    agencies: Sequence[Agency], *, tenant_id: str, email: str | None
) -> Agency | None:
    """Return the agency that the tenant or the verified e-mail address proves, or None.

    An agency with a tenant of its own is proven by it; otherwise the domain of the address is
    compared whole, so that `notcounty.example` proves nothing about `county.example`.
    """
    for agency in agencies:
        if agency.tenant_id is not None and agency.tenant_id.casefold() == tenant_id.casefold():
            return agency
    if email is None:
        return None
    domain = email.rpartition("@")[2].casefold()
    for agency in agencies:
        if agency.email_domain is not None and agency.email_domain.casefold() == domain:
            return agency
    return None


def believed_email(agencies: Sequence[Agency], *, tenant_id: str, email: str | None) -> str | None:
    """Return the e-mail address in lower case if this tenant may vouch for it, or None.

    A tenant's administrators can give their people any address. Where the agency of the address
    has a tenant of its own, only that tenant is believed, so that nobody becomes a person of
    another agency by an address their own administrator typed.
    """
    if email is None:
        return None
    address = email.casefold()
    domain = address.rpartition("@")[2]
    for agency in agencies:
        own = agency.tenant_id
        if agency.email_domain == domain and own is not None and own != tenant_id.casefold():
            return None
    return address


def agencies_named(agencies: Sequence[Agency], words: str) -> list[Agency]:
    """Return the agencies in whose name or code every word stands; else those with any of them.

    Letters of either case count alike, and the order of the agencies is kept.
    """
    wanted = words.casefold().split()
    names = [(agency, f"{agency.name} {agency.code}".casefold()) for agency in agencies]
    with_all = [agency for agency, name in names if all(word in name for word in wanted)]
    with_any = [agency for agency, name in names if any(word in name for word in wanted)]
    return with_all or with_any
