# The base image is an argument, so that a mirror or a local image can replace it.
ARG BASE=debian:trixie-slim

# --- Debian's Python and git, without the files that annotate does not need.
FROM ${BASE} AS system
SHELL ["/bin/sh", "-euc"]
WORKDIR /debs
# Debian's packages are not pinned, because its mirrors keep only the newest version: a pin would
# break the build with each security update.
# hadolint ignore=DL3008
RUN apt-get update; \
    apt-get install --yes --no-install-recommends --download-only \
        --option Dir::Cache::archives=/debs git python3; \
    # Perl, for git's Perl scripts, and git's manual.
    rm -f git-man_* liberror-perl_* libgdbm*_* libperl5*_* perl_* perl-modules-*; \
    # Line editing, MIME types and time zones for Python.
    rm -f libncursesw6_* libreadline8t64_* readline-common_* media-types_* netbase_* tzdata_*; \
    mkdir -p /out/var/lib/dpkg/status.d; \
    for deb in *.deb; do \
        dpkg-deb --extract "$deb" /out; \
        # Image scanners read the names and versions of the packages from this folder.
        dpkg-deb --field "$deb" > "/out/var/lib/dpkg/status.d/${deb%%_*}"; \
    done
WORKDIR /out/usr
RUN find share -mindepth 1 -maxdepth 1 ! -name doc -exec rm -r {} +; \
    find share/doc -type f ! -name copyright -delete; \
    # Of git's programs, only git itself and those for HTTP are needed.
    find bin/git-* bin/scalar lib/git-core/* ! -name 'git-remote-http*' ! -name git-upload-pack \
        -prune -exec rm -r {} +; \
    # Python's tests, its help texts and the turtle module.
    rm -r lib/python3.13/lib-dynload/_test* lib/python3.13/pydoc_data lib/python3.13/test \
        lib/python3.13/turtle*; \
    find /out -xtype l -delete; \
    find /out -type d -empty -delete

# --- The locked requirements and annotate, compiled to bytecode.
FROM ${BASE} AS application
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-pip \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /build/
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --require-hashes --no-deps \
        --target /out/opt/annotate --requirement /build/requirements.txt \
    && rm -r /out/opt/annotate/bin
COPY --from=system /out /out
COPY container.py entrypoint.py /out/opt/annotate/
COPY annotate /out/opt/annotate/annotate
# The sources in an image never change, so Python need not check them at each start (unchecked-hash).
# The image must run as any user, whatever the file modes of the checkout are.
RUN mkdir -p /out/usr/local/bin \
    && ln -s /opt/annotate/container.py /out/usr/local/bin/annotate \
    && chmod -R a+rX /out/opt/annotate \
    && chmod 755 /out/opt/annotate/container.py \
    && python3 -m compileall -q -j 0 -s /out --invalidation-mode unchecked-hash \
        /out/usr/lib/python3.13 /out/opt/annotate

# --- The image.
FROM ${BASE}
LABEL org.opencontainers.image.title="annotate" \
      org.opencontainers.image.description="Marks the releases of a git repository on Amplitude charts" \
      org.opencontainers.image.licenses="MIT"
ENV LANG=C.UTF-8
COPY --from=application /out/ /
# A smoke test: git runs, and the sandbox accepts a release.
RUN git --version && annotate --sandbox --version 1.0.0
ENTRYPOINT ["/opt/annotate/container.py"]
