# The base is an argument so that a mirror, or a stand-in where there is no registry, can serve.
ARG BASE=debian:trixie-slim

# --- Python and git as Debian has them, without what a reader of repositories does not need.
FROM ${BASE} AS system
SHELL ["/bin/sh", "-euc"]
WORKDIR /debs
# Debian's packages are not pinned: its mirrors keep one version only, so a pin breaks the build
# with each security update instead of taking it.
# hadolint ignore=DL3008
RUN apt-get update; \
    apt-get install --yes --no-install-recommends --download-only \
        --option Dir::Cache::archives=/debs git python3; \
    # git's scripts in perl and its manual.
    rm -f git-man_* liberror-perl_* libgdbm*_* libperl5*_* perl_* perl-modules-*; \
    # What Python edits lines, guesses types of files and knows time zones with.
    rm -f libncursesw6_* libreadline8t64_* readline-common_* media-types_* netbase_* tzdata_*; \
    mkdir -p /out/var/lib/dpkg/status.d; \
    for deb in *.deb; do \
        dpkg-deb --extract "$deb" /out; \
        # Scanners of images read this folder for the packages and their versions.
        dpkg-deb --field "$deb" > "/out/var/lib/dpkg/status.d/${deb%%_*}"; \
    done
WORKDIR /out/usr
RUN find share -mindepth 1 -maxdepth 1 ! -name doc -exec rm -r {} +; \
    find share/doc -type f ! -name copyright -delete; \
    # Of git's programs only git itself, which holds every command that is used, and its HTTP.
    find bin/git-* bin/scalar lib/git-core/* ! -name 'git-remote-http*' ! -name git-upload-pack \
        -prune -exec rm -r {} +; \
    # Of Python neither its own tests nor its teaching material.
    rm -r lib/python3.13/lib-dynload/_test* lib/python3.13/pydoc_data lib/python3.13/test \
        lib/python3.13/turtle*; \
    find /out -xtype l -delete; \
    find /out -type d -empty -delete

# --- Our own part: the locked requirements and the code; then all of it compiled ahead.
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
# Unchecked: the sources in an image never change, so Python need not look at them at each start.
# Every user may read and run it, whatever the modes in the checkout that it was built from.
RUN mkdir -p /out/usr/local/bin \
    && ln -s /opt/annotate/container.py /out/usr/local/bin/annotate \
    && chmod -R a+rX /out/opt/annotate \
    && chmod 755 /out/opt/annotate/container.py \
    && python3 -m compileall -q -j 0 -s /out --invalidation-mode unchecked-hash \
        /out/usr/lib/python3.13 /out/opt/annotate

# --- The image.
FROM ${BASE}
LABEL org.opencontainers.image.title="annotate" \
      org.opencontainers.image.description="Puts each release on the charts of Amplitude, read from git" \
      org.opencontainers.image.licenses="MIT"
ENV LANG=C.UTF-8
COPY --from=application /out/ /
# A smoke run: git answers, and a release goes to the sandbox and comes back.
RUN git --version && annotate --sandbox --version 1.0.0
ENTRYPOINT ["/opt/annotate/container.py"]
