# SPDX-License-Identifier: GPL-2.0-or-later
# Guest workload for perl: fork, regular expressions, sort, sockets, threads.
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Socket;
use Time::HiRes qw(ualarm);
use threads;
use threads::shared;

$| = 1;

sub section { print "== $_[0]\n" }

section('sort and hashes');
my $seed = 12345;
sub rnd { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; $seed % $_[0] }
my @numbers = map { rnd(100000) } 1 .. 5000;
my @sorted  = sort { $a <=> $b || $b <=> $a } @numbers;
print join(' ', @sorted[ 0 .. 4 ], @sorted[ -5 .. -1 ]), "\n";
my %count;
$count{ $_ % 17 }++ for @numbers;
print join(',', map { "$_=$count{$_}" } sort { $a <=> $b } keys %count), "\n";
print join(' ', sort { length $a <=> length $b or $a cmp $b }
           map { scalar reverse } qw(one three seventeen four)), "\n";

section('regular expressions');
my $text = join ' ', map { "key$_=value" . $_ * $_ . ';' } 1 .. 200;
my %pair = $text =~ /(\w+)=(\w+);/g;
print scalar(keys %pair), " pairs, $pair{key77}\n";
(my $upper = $text) =~ s/value(\d+)/'V' . ($1 + 1)/ge;
print substr($upper, 0, 60), "\n";
print join('|', 'a1b22c333' =~ /(?<letter>[a-z])(\d+)/g), "\n";
my $nested = qr/(\((?:[^()]++|(?1))*\))/;
print "((a)(b(c)))" =~ /^$nested$/ ? "balanced\n" : "unbalanced\n";

section('fork');
my $parent = 'parent';
for my $n (1 .. 20) {
    pipe(my $reader, my $writer) or die "pipe: $!";
    my $pid = fork;
    die "fork: $!" unless defined $pid;
    if (!$pid) {
        close $reader;
        $parent = "child $n";
        my $sum = 0;
        $sum += ($_ * $n) % 97 for 1 .. 500;
        # A pattern that only this process has compiled.
        my $match = join(',', "x$n-y$sum" =~ eval "qr/x($n)-y(\\d+)/");
        print $writer "$parent $sum $match\n";
        close $writer;
        POSIX::_exit($n % 4);
    }
    close $writer;
    my $line = <$reader>;
    waitpid $pid, 0;
    print "$parent got: $line" if $n % 5 == 0;
    print "status ", $? >> 8, "\n" if $n % 5 == 0;
}
sub nest {
    my $depth = shift;
    return 0 if $depth == 0;
    my $pid = fork;
    die "fork: $!" unless defined $pid;
    POSIX::_exit(nest($depth - 1) + 1) if !$pid;
    waitpid $pid, 0;
    return $? >> 8;
}
print 'nested forks: ', nest(8), "\n";

section('processes');
open my $tr, '-|', 'env', 'WORD=found', 'env' or die "env: $!";
print grep { /^WORD/ } <$tr>;
close $tr;
open my $sort, '|-', 'sort', '-rn' or die "sort: $!";
print $sort "$_\n" for 3, 10, 7;
close $sort;
print 'false: ', system('false') >> 8, "\n";

section('sockets');
socketpair(my $left, my $right, AF_UNIX, SOCK_STREAM, PF_UNSPEC)
    or die "socketpair: $!";
$_->autoflush for $left, $right;
if (!fork) {
    close $left;
    while (my $line = <$right>) { print $right scalar reverse $line }
    POSIX::_exit(0);
}
close $right;
for my $word (qw(stressed drawer)) {
    print $left "$word\n";
    my $answer = '';
    sysread $left, $answer, 1, length $answer
        while length $answer <= length $word;
    $answer =~ s/\n//;
    print "$word: $answer\n";
}
close $left;
wait;
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1')
    or die "listen: $!";
for my $n (1 .. 4) {
    next if fork;
    my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $server->sockport)
        or die "connect: $!";
    print $client "request $n\n";
    $client->flush;
    my $answer = <$client>;
    POSIX::_exit($answer eq "answer to request $n\n" ? 0 : 1);
}
my @requests;
for (1 .. 4) {
    my $client = $server->accept or die "accept: $!";
    chomp(my $request = <$client>);
    push @requests, $request;
    print $client "answer to $request\n";
    close $client;
}
my $failed = 0;
for (1 .. 4) { wait; $failed++ if $? }
print join(', ', sort @requests), "; $failed failed\n";

section('signals');
my $hits = 0;
$SIG{USR1} = sub { $hits++ };
kill USR1 => $$ for 1 .. 5;
print "$hits signals\n";
my $alarmed = eval {
    local $SIG{ALRM} = sub { die "alarm\n" };
    ualarm 100000;
    1 while 1;
};
print "loop ended by $@";
if (!fork) { kill KILL => $$; }
wait;
print 'child died of ', $? & 127, "\n";

section('threads');
my $total : shared = 0;
my @threads = map {
    my $n = $_;
    threads->create(sub {
        my $sum = 0;
        $sum += ($_ ^ $n) % 13 for 1 .. 2000;
        { lock $total; $total += $sum; }
        return $sum;
    });
} 1 .. 4;
print join(' ', map { $_->join } @threads), " total $total\n";

section('eval');
my $check = 0;
for my $n (1 .. 300) {
    my $function = eval "sub { \$_[0] * $n + " . ($n % 7) . ' }' or die $@;
    $check = ($check * 31 + $function->($n)) % 1000003;
}
print "300 functions: $check\n";
print 'packed: ', unpack('H*', pack('NnCa4d>', 1, 2, 3, 'abc', 1.5)), "\n";
